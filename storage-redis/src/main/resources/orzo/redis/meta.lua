-- KEYS: meta. ARGV: format, number of sacks. Returns the stored format and number of sacks.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'format', ARGV[1], 'sacks', ARGV[2])
end
return redis.call('HMGET', KEYS[1], 'format', 'sacks')
