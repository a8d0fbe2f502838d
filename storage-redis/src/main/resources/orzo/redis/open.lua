-- KEYS: open spans. ARGV: what the names of their bitmaps start with. Returns each span and its
-- bitmap, alternating. The bitmaps' names are not among KEYS: they share the slot of the one that is.
local found = {}
for _, span in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  found[#found + 1] = span
  found[#found + 1] = redis.call('GET', ARGV[1] .. span) or ''
end
return found
