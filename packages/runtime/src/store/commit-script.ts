/**
 * The one place where a partition's state changes: rows, next offset, due-index,
 * outbox and source positions together, or not at all (law 2).
 *
 * KEYS  1 fence · 2 rows · 3 due members · 4 due aliases · 5 outbox · 6 sources
 * ARGV  1 epoch · 2 offset expected · 3 next offset · 4 token · 5 revision expected · 6 facts sent
 *       7 outbox sequence ('' = nothing) · 8 outbox value
 *       9.. eight lengths in values: rows (key, row), rows gone (key), due (time, key), due gone (key),
 *           alias due (time, key), alias due gone (key), sources (field, value), outbox gone (sequence)
 *       17.. the values themselves, in that order
 *
 * Answers: applied · repeated (the same token again: a resend of what was
 * applied, success) · fenced (another owner, or the state is gone) · conflict
 * (the owner is right and the offset or the revision is not: its memory is ahead or behind).
 * The revision rises with every commit, those of sweeps too, which leave the
 * offset where it is: a Redis that came back without the latest commit has another one.
 * Nothing is written before everything is checked: Redis does not roll back.
 * Offsets and tokens are compared as strings, for Lua prints large numbers
 * rounded; lists are handed on in parts, for `unpack` fails above 8,000 values.
 */
export const COMMIT_SCRIPT = `
local fence = redis.call('HMGET', KEYS[1], 'e', 'o', 't', 'c')
if fence[1] ~= ARGV[1] then return 'fenced' end
if fence[3] == ARGV[4] then return 'repeated' end
if fence[2] ~= ARGV[2] then return 'conflict' end
if (fence[4] or '0') ~= ARGV[5] then return 'conflict' end
local at = 17
local function hand_on(command, key, n)
  local stop = at + n - 1
  while at <= stop do
    local last = math.min(at + 3999, stop)
    redis.call(command, key, unpack(ARGV, at, last))
    at = last + 1
  end
end
local function n(i) return tonumber(ARGV[i]) end
hand_on('HSET', KEYS[2], n(9))
hand_on('HDEL', KEYS[2], n(10))
hand_on('ZADD', KEYS[3], n(11))
hand_on('ZREM', KEYS[3], n(12))
hand_on('ZADD', KEYS[4], n(13))
hand_on('ZREM', KEYS[4], n(14))
hand_on('HSET', KEYS[6], n(15))
hand_on('HDEL', KEYS[5], n(16))
if ARGV[7] ~= '' then redis.call('HSET', KEYS[5], ARGV[7], ARGV[8]) end
redis.call('HSET', KEYS[1], 'o', ARGV[3], 't', ARGV[4], 'n', ARGV[6])
redis.call('HINCRBY', KEYS[1], 'c', 1)
return 'applied'
`
