/**
 * KEYS  1 entries of the member: hash, id → JSON · 2 their times: sorted set · 3 the latest of the partition: sorted set
 *       4 totals of the partition: hash · 5 members with entries: sorted set, all of score 0, so in the order of their names
 * ARGV  1 id · 2 entry · 3 decided at · 4 what was decided before is not kept · 5 retention in ms · 6 most entries of a
 *       member · 7 name in the list of the latest · 8 most of the latest · 9 field of the totals · 10 member
 *
 * Answers 1, or 0 when there was an entry of this id, or it is too old to be kept: then nothing changes.
 */
export const RECORD_SCRIPT = `
if tonumber(ARGV[3]) < tonumber(ARGV[4]) then return 0 end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local function drop(ids)
  for _, id in ipairs(ids) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
drop(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', tonumber(ARGV[4])), 'LIMIT', 0, 1000))
drop(redis.call('ZRANGE', KEYS[2], 0, -1 - tonumber(ARGV[6])))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[7])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[8]))
redis.call('HINCRBY', KEYS[4], ARGV[9], 1)
redis.call('ZADD', KEYS[5], 0, ARGV[10])
return 1
`

/**
 * KEYS  1 members with entries · 2 entries of one of them
 * ARGV  1 the member
 *
 * Lets a member go whose entries have all expired.
 */
export const FORGET_SCRIPT = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])
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
