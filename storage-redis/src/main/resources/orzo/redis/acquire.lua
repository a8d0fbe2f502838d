-- KEYS: lease, epoch. ARGV: node, milliseconds to live. Returns the new epoch, 0 when another node
-- holds the lease.
local lease = redis.call('GET', KEYS[1])
if lease and string.match(lease, '^%d+ (.*)$') ~= ARGV[1] then
  return 0
end
-- A full Redis refuses a script's first write if it needs memory, and none after it. DEL needs
-- none: leases can be had, and so the backlog be drained, when Redis is full.
redis.call('DEL', KEYS[1])
local epoch = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], string.format('%d', epoch) .. ' ' .. ARGV[1], 'PX', ARGV[2])
return epoch
