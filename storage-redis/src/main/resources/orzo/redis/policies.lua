-- KEYS: policies. ARGV: the version that is to be changed, the one after it, then fields and their
-- new values, alternating; an empty value takes the field away. Returns 1, or 0 when the version is
-- another.
if (redis.call('HGET', KEYS[1], 'v') or '0') ~= ARGV[1] then
  return 0
end
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
redis.call('HSET', KEYS[1], 'v', ARGV[2])
return 1
