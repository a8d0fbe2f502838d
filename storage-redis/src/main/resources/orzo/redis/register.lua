-- KEYS: ids, series. ARGV: UUID and encoded metric, alternating. Returns the series of each metric.
local series = {}

-- What the stream's last ID was, also if its entry is gone: a number is never given out twice.
local function registered()
  if redis.call('EXISTS', KEYS[2]) == 0 then
    return 0
  end
  local info = redis.call('XINFO', 'STREAM', KEYS[2])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      return tonumber(string.match(info[i + 1], '^%d+'))
    end
  end
end

local next
for i = 1, #ARGV, 2 do
  local known = redis.call('HGET', KEYS[1], ARGV[i])
  if known then
    series[#series + 1] = tonumber(known)
  else
    next = next or registered()
    redis.call('HSET', KEYS[1], ARGV[i], next)
    redis.call('XADD', KEYS[2], string.format('%d-0', next + 1), 'm', ARGV[i + 1])
    series[#series + 1] = next
    next = next + 1
  end
end
return series
