-- KEYS: ids, series. ARGV: UUID and encoded metric, alternating. Returns the series of each metric.
local series = {}
local next = redis.call('HLEN', KEYS[1])
for i = 1, #ARGV, 2 do
  local known = redis.call('HGET', KEYS[1], ARGV[i])
  if known then
    series[#series + 1] = tonumber(known)
  else
    redis.call('HSET', KEYS[1], ARGV[i], next)
    redis.call('XADD', KEYS[2], string.format('%d-0', next + 1), 'm', ARGV[i + 1])
    series[#series + 1] = next
    next = next + 1
  end
end
return series
