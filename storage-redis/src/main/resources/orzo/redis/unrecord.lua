-- KEYS: records. ARGV: positions. Removes their records, but the last one of all. Returns how many.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local removed = 0
for i = 1, #ARGV do
  local id = ARGV[i] .. '-0'
  if last and id ~= last[1] then
    removed = removed + redis.call('XDEL', KEYS[1], id)
  end
end
return removed
