-- KEYS: lease, position, backlog, then one for each split.
-- ARGV: the lease as it should be; the new position's two parts; the position after it; then offset,
-- seconds to live (0: as it is) and bytes of each split.
-- Returns the ordinal of a FlushOutcome: 0 flushed, 1 lease lost, 2 split short, 3 outdated.
-- Everything that can refuse stands before the first write: Redis does not undo a script.

-- Whether one number is less than another; decimal digits, since 64 bits do not fit Lua's numbers.
local function less(a, b)
  if #a ~= #b then
    return #a < #b
  end
  return a < b
end

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 1
end

local stored = redis.call('GET', KEYS[2])
if stored then
  local major, minor = string.match(stored, '^(%d+)-(%d+)$')
  if less(ARGV[2], major) or ARGV[2] == major and less(ARGV[3], minor) then
    return 3
  end
end

for i = 4, #KEYS do
  local offset = tonumber(ARGV[3 * i - 7])
  if offset > 0 and redis.call('STRLEN', KEYS[i]) < offset then
    return 2
  end
end

-- First, because it is allowed when Redis is full: see acquire.lua. It frees what the splits take.
redis.call('XTRIM', KEYS[3], 'MINID', '=', ARGV[4])

for i = 4, #KEYS do
  local key, offset, seconds, bytes = KEYS[i], ARGV[3 * i - 7], ARGV[3 * i - 6], ARGV[3 * i - 5]
  local before = tonumber(offset)
  if before > 0 then
    local length = redis.call('SETRANGE', key, offset, bytes)
    if length > before + #bytes then
      local kept = redis.call('GETRANGE', key, 0, before - 1)
      redis.call('SET', key, kept .. bytes, 'KEEPTTL')
    end
    if seconds ~= '0' then
      redis.call('EXPIRE', key, seconds)
    end
  elseif seconds ~= '0' then
    redis.call('SET', key, bytes, 'EX', seconds)
  else
    redis.call('SET', key, bytes, 'KEEPTTL')
  end
end

redis.call('SET', KEYS[2], ARGV[2] .. '-' .. ARGV[3])
return 0
