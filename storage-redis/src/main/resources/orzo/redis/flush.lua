-- KEYS: lease, checkpoint, backlog, open spans, deletions, written, written spans, then one bitmap for
-- each span with marks, then one for each split.
-- ARGV: the lease, the checkpoint and the number of deletions as they should be; the new checkpoint;
-- the position after it; the number of spans with marks; for each of those the span, its number in
-- decimals, how many series open, how many close,
-- and the series; for each split the offset (-1: replace, -2: remove), seconds to live (0: as it is)
-- and the bytes.
-- Returns the ordinal of a FlushOutcome: 0 flushed, 1 lease lost, 2 split short, 3 outdated,
-- 4 deletions unheard.
-- Everything that can refuse stands before the first write: Redis does not undo a script.

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 1
end

if (redis.call('GET', KEYS[2]) or '0-0 0') ~= ARGV[2] then
  return 3
end

if (redis.call('GET', KEYS[5]) or '0') ~= ARGV[3] then
  return 4
end

local spans = tonumber(ARGV[6])
local marksEnd = 6
for _ = 1, spans do
  marksEnd = marksEnd + 4 + ARGV[marksEnd + 3] + ARGV[marksEnd + 4]
end

local firstSplit = 8 + spans
for i = firstSplit, #KEYS do
  local offset = tonumber(ARGV[marksEnd + 3 * (i - firstSplit) + 1])
  if offset > 0 and redis.call('STRLEN', KEYS[i]) < offset then
    return 2
  end
end

-- First, because it is allowed when Redis is full: see acquire.lua. It frees what the splits take.
redis.call('XTRIM', KEYS[3], 'MINID', '=', ARGV[5])

local at = 7
for i = 8, firstSplit - 1 do
  local span, opened, closed = ARGV[at], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local number = ARGV[at + 1]
  at = at + 4
  for j = at, at + opened - 1 do
    redis.call('SETBIT', KEYS[i], ARGV[j], 1)
    redis.call('SETBIT', KEYS[6], ARGV[j], 1)
  end
  at = at + opened
  for j = at, at + closed - 1 do
    redis.call('SETBIT', KEYS[i], ARGV[j], 0)
    redis.call('SETBIT', KEYS[6], ARGV[j], 1)
  end
  at = at + closed
  if opened > 0 then
    redis.call('SADD', KEYS[4], span)
    redis.call('SADD', KEYS[7], number)
  elseif redis.call('BITCOUNT', KEYS[i]) == 0 then
    redis.call('DEL', KEYS[i])
    redis.call('SREM', KEYS[4], span)
  end
end

for i = firstSplit, #KEYS do
  local key = KEYS[i]
  local offset, seconds, bytes = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local before = tonumber(offset)
  at = at + 3
  if before == -2 then
    redis.call('UNLINK', key)
  elseif before > 0 then
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

redis.call('SET', KEYS[2], ARGV[4])
return 0
