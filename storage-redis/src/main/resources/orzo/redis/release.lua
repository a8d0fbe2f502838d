-- KEYS: lease. ARGV: the lease as it should be. Returns 1, or 0 if it is lost.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
