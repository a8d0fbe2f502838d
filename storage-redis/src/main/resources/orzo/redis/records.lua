-- KEYS: records. ARGV: the position that is to be the last one, then records. Returns the position
-- of the last record, or -1 when the last position is another.
local last = 0
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      last = tonumber(string.match(info[i + 1], '^%d+'))
    end
  end
end
if last ~= tonumber(ARGV[1]) then
  return -1
end
for i = 2, #ARGV do
  last = last + 1
  redis.call('XADD', KEYS[1], string.format('%.0f-0', last), 'r', ARGV[i])
end
return last
