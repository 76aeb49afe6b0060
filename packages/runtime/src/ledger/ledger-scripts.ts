/**
 * KEYS  1 entries of the member: hash, id → JSON · 2 their times: sorted set · 3 the latest of the partition: sorted set
 *       4 totals of the partition: hash
 * ARGV  1 id · 2 entry · 3 decided at · 4 retention in ms · 5 most entries of a member · 6 name in the list of the latest
 *       7 most of the latest · 8 field of the totals
 *
 * Answers 1, or 0 when there was an entry of this id: then nothing changes.
 */
export const RECORD_SCRIPT = `
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local function drop(ids)
  for _, id in ipairs(ids) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
drop(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', tonumber(ARGV[3]) - tonumber(ARGV[4])), 'LIMIT', 0, 1000))
drop(redis.call('ZRANGE', KEYS[2], 0, -1 - tonumber(ARGV[5])))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[6])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[7]))
redis.call('HINCRBY', KEYS[4], ARGV[8], 1)
return 1
`

/**
 * KEYS  1 entries of the member · 2 totals of the partition
 * ARGV  1 id · 2 entry with its outcome · 3 field of the totals, '' = none
 */
export const CLOSE_SCRIPT = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] ~= '' then redis.call('HINCRBY', KEYS[2], ARGV[3], 1) end
return 1
`
