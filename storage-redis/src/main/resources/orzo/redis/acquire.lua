-- KEYS: lease, epoch. ARGV: node, milliseconds to live. Returns the new epoch, 0 when another node
-- holds the lease.
local lease = redis.call('GET', KEYS[1])
if lease and string.match(lease, '^%d+ (.*)$') ~= ARGV[1] then
  return 0
end
-- A full Redis refuses a script's first write if it needs memory, and none after it. DEL needs
-- none: leases can be had, and so the backlog be drained, when Redis is full.
redis.call('DEL', KEYS[1])
-- No epoch is given out twice, not even by a replica that took over and knows less than its master
-- did: epochs follow the clock, and grow where the clock does not.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local epoch = math.max((tonumber(redis.call('GET', KEYS[2])) or 0) + 1, now)
redis.call('SET', KEYS[2], string.format('%d', epoch))
redis.call('SET', KEYS[1], string.format('%d', epoch) .. ' ' .. ARGV[1], 'PX', ARGV[2])
return epoch
