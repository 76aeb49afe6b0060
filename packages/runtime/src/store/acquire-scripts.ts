/**
 * KEYS  1 fence. By the clock of Redis, for those of the processes differ, and a call may be long on its way.
 * Epochs are below 2^53 and printed whole: Lua would round them.
 */
export const RAISE_SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local epoch = string.format('%.0f', math.max(tonumber(redis.call('HGET', KEYS[1], 'e') or '0') + 1, now))
redis.call('HSET', KEYS[1], 'e', epoch)
return epoch
`

/**
 * KEYS  1 fence · ARGV  1 epoch · 2 how far others have heard · 3 now · 4 layout
 * Answers nothing to a former owner: what it found missing may be there by now. Else 1 where nothing was stored,
 * then the fence.
 */
export const BEGIN_SCRIPT = `
if redis.call('HGET', KEYS[1], 'e') ~= ARGV[1] then return false end
local fence = redis.call('HMGET', KEYS[1], 'o', 'r')
local fresh = not fence[1]
if fresh then redis.call('HSET', KEYS[1], 'o', '0', 'n', '0', 'v', ARGV[4]) end
if tonumber(ARGV[2]) > math.max(tonumber(fence[1] or '0'), tonumber(fence[2] or '0')) then
  redis.call('HSET', KEYS[1], 'r', ARGV[2], 'l', ARGV[3])
end
return {fresh and 1 or 0, redis.call('HGETALL', KEYS[1])}
`
