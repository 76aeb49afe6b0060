/**
 * KEYS  1 alerts: hash, id → JSON · 2 open: sorted set, id → when due · 3 closed: sorted set, id → when closed
 *       4 members: sorted set, member \0 id
 * ARGV  1 id · 2 what it is taken to be now ('' = nothing) · 3 the new one · 4 'open' or 'closed' · 5 due, or when closed
 *       6 closed before then go · 7 entry among the members
 *
 * Answers 1, or 0 when it is another by now: whoever changed it came first.
 */
export const PUT_SCRIPT = `
local known = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if known ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[4], 0, ARGV[7])
if ARGV[4] == 'open' then
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
  return 1
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[6], 'LIMIT', 0, 100)) do
  local gone = redis.call('HGET', KEYS[1], old)
  if gone then redis.call('ZREM', KEYS[4], cjson.decode(gone).memberId .. '\\0' .. old) end
  redis.call('HDEL', KEYS[1], old)
  redis.call('ZREM', KEYS[3], old)
end
return 1
`

/**
 * KEYS  as above
 * ARGV  entries among the members, each with the id behind it
 */
export const FORGET_SCRIPT = `
for n = 1, #ARGV, 2 do
  redis.call('ZREM', KEYS[4], ARGV[n])
  redis.call('HDEL', KEYS[1], ARGV[n + 1])
  redis.call('ZREM', KEYS[2], ARGV[n + 1])
  redis.call('ZREM', KEYS[3], ARGV[n + 1])
end
`
