-- KEYS: sweep, written. Returns the number of the sweep that begins, and forgets what was written
-- before.
redis.call('DEL', KEYS[2])
return redis.call('INCR', KEYS[1])
