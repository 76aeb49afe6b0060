/** Keys of a generation, in the order in which the scripts below take them. The outbox is no part of it. */
export const GENERATION_KEYS = ['fence', 'rows', 'due', 'aliasDue', 'sources'] as const

/**
 * KEYS  1 serving fence · 2 hold · ARGV  1 name of the holder · 2 ms
 * Answers nothing where nothing is stored, else the fence: its epoch is the holder's.
 */
export const HOLD_SCRIPT = `
if redis.call('HEXISTS', KEYS[1], 'o') == 0 then return false end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('HSET', KEYS[1], 'e', string.format('%.0f', tonumber(redis.call('HGET', KEYS[1], 'e') or '0') + 1))
return redis.call('HGETALL', KEYS[1])
`

/** KEYS  1 hold · ARGV  1 name of the holder · 2 ms, 0 = let go */
export const HOLD_ON_SCRIPT = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
`

/**
 * KEYS  1-5 serving · 6-10 next · 11-15 previous, each in the order of GENERATION_KEYS · 16 hold
 * ARGV  1 epoch held · 2 epoch of next · 3 offset · 4 '1' = rows of next wait to be scored
 *
 * Everything is checked before the first write. Of the serving fence is carried over what is not folded from the log:
 * how far others had heard, and how many facts were sent, for receivers drop what is numbered below. The epoch is
 * above every one given out, so that owners of either generation are fenced, and so is the revision.
 */
export const SWITCH_SCRIPT = `
local serving = redis.call('HMGET', KEYS[1], 'e', 'o', 'c', 'n', 'r', 'l', 'm')
local next = redis.call('HMGET', KEYS[6], 'e', 'o', 'c', 'n')
if serving[1] ~= ARGV[1] then return 'fenced' end
if next[1] ~= ARGV[2] then return 'fenced' end
if serving[2] ~= ARGV[3] or next[2] ~= ARGV[3] then return 'conflict' end
local function above(a, b) return math.max(tonumber(a or '0'), tonumber(b or '0')) end
local function whole(n) return string.format('%.0f', n) end
for i = 1, 5 do
  redis.call('UNLINK', KEYS[10 + i])
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('RENAME', KEYS[i], KEYS[10 + i]) end
  if redis.call('EXISTS', KEYS[5 + i]) == 1 then redis.call('RENAME', KEYS[5 + i], KEYS[i]) end
end
redis.call('HSET', KEYS[1], 'e', whole(above(serving[1], next[1]) + 1), 'c', whole(above(serving[3], next[3]) + 1),
  'n', whole(above(serving[4], next[4])))
redis.call('HDEL', KEYS[1], 'r', 'l', 'm', 'b')
for i, field in ipairs({'r', 'l'}) do
  if serving[4 + i] then redis.call('HSET', KEYS[1], field, serving[4 + i]) end
end
if ARGV[4] ~= '1' and serving[7] then redis.call('HSET', KEYS[1], 'm', serving[7]) end
redis.call('DEL', KEYS[16])
return 'switched'
`

/** KEYS  1-5 previous · 6-10 next · ARGV  1 note. Answers 1 where there was a previous one and no next one. */
export const TAKE_BACK_SCRIPT = `
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[6]) == 1 then return 0 end
for i = 1, 5 do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('RENAME', KEYS[i], KEYS[5 + i]) end
end
redis.call('HSET', KEYS[6], 'b', ARGV[1])
return 1
`
