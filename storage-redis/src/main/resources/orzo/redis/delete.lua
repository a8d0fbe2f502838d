-- KEYS: ids, deletions, deleted, backlog, checkpoint, written, sweep, open spans.
-- ARGV: '' to delete series whatever they have, or the number of the sweep that saw no splits of
-- them; what the names of the open spans' bitmaps start with; series and UUID, alternating. Returns
-- how many were deleted.
-- The first write is one that is allowed when Redis is full: see acquire.lua.

local retiring = ARGV[1] ~= ''
if retiring and redis.call('GET', KEYS[7]) ~= ARGV[1] then
  return 0
end

local spans = retiring and redis.call('SMEMBERS', KEYS[8]) or {}

local function mayHaveSplits(series)
  if redis.call('GETBIT', KEYS[6], series) == 1 then
    return true
  end
  for _, span in ipairs(spans) do
    if redis.call('GETBIT', ARGV[2] .. span, series) == 1 then
      return true
    end
  end
  return false
end

local function lastOfBacklog()
  if redis.call('EXISTS', KEYS[4]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[4])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then
        return info[i + 1]
      end
    end
  end
  return '0-0'
end

local gone = {}
for i = 3, #ARGV, 2 do
  local series, uuid = ARGV[i], ARGV[i + 1]
  if uuid ~= ''
    and redis.call('HGET', KEYS[1], uuid) == series
    and not (retiring and mayHaveSplits(series))
  then
    redis.call('HDEL', KEYS[1], uuid)
    gone[#gone + 1] = series
  end
end
if #gone == 0 then
  return 0
end

local upTo
if retiring then
  upTo = string.match(redis.call('GET', KEYS[5]) or '0-0 0', '^%S+')
else
  upTo = lastOfBacklog()
end
local time = redis.call('TIME')
local millis = string.format('%d', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
local number = string.format('%d-0', redis.call('INCR', KEYS[2]))
redis.call('XADD', KEYS[3], number, 'd', millis .. ' ' .. upTo .. ' ' .. table.concat(gone, ' '))
return #gone
