/*
 * KEYS  1 contacts of the member: hash, field → `state|interventionId|attempt|at`
 *       2 times of the member's contacts with one audience: sorted set, field by time
 * ARGV  1 field (term|playbook|step) · 2 interventionId · 3 time · 4 retention in ms · 5.. caps as (contacts, withinMs)
 *
 * Times are whole milliseconds below 2^53, written with %.0f: Lua would print them rounded.
 */
const SHARED = `
local function known()
  local stored = redis.call('HGET', KEYS[1], ARGV[1])
  if not stored then return nil end
  local state, id, attempt, at = string.match(stored, '^(%a+)|([^|]*)|(%d+)|(%d+)$')
  return { state = state, id = id, attempt = tonumber(attempt), at = at }
end
local function put(state, id, attempt, at)
  redis.call('HSET', KEYS[1], ARGV[1], state .. '|' .. id .. '|' .. string.format('%.0f', attempt) .. '|' .. at)
end
local function keep()
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
-- Whether one more contact at 'at' would make some window hold more than its cap.
local function capped(at)
  for n = 5, #ARGV, 2 do
    local contacts, within = tonumber(ARGV[n]), tonumber(ARGV[n + 1])
    local near = redis.call('ZRANGEBYSCORE', KEYS[2],
      string.format('(%.0f', at - within), string.format('(%.0f', at + within), 'WITHSCORES')
    local times = { at }
    for i = 1, #near, 2 do
      if near[i] ~= ARGV[1] then times[#times + 1] = tonumber(near[i + 1]) end
    end
    table.sort(times)
    for i = 1, #times - contacts do
      if times[i + contacts] - times[i] < within then return true end
    end
  end
  return false
end
`

/** Answers `reserved|<attempt>`, `mine|<attempt>`, `taken` or `capped`. */
export const RESERVE_SCRIPT = `${SHARED}
local before = known()
if before and before.state ~= 'superseded' then
  if before.id ~= ARGV[2] then return 'taken' end
  return 'mine|' .. string.format('%.0f', before.attempt)
end
if capped(tonumber(ARGV[3])) then return 'capped' end
local attempt = before and before.attempt + 1 or 0
put('pending', ARGV[2], attempt, ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
keep()
return 'reserved|' .. string.format('%.0f', attempt)
`

/** Answers `begun`, `sent`, `gone` or `capped`. A failed contact may be begun again: an operator retried its job. */
export const BEGIN_SCRIPT = `${SHARED}
local before = known()
if not before or before.id ~= ARGV[2] or before.state == 'superseded' then return 'gone' end
if before.state == 'sent' then return 'sent' end
if capped(tonumber(ARGV[3])) then return 'capped' end
put('sending', ARGV[2], before.attempt, ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
keep()
return 'begun'
`

/** ARGV 3 is the state wished for. Answers the state it has now, or `gone`. */
export const SETTLE_SCRIPT = `${SHARED}
local before = known()
if not before or before.id ~= ARGV[2] then return 'gone' end
local wanted = ARGV[3]
if before.state == 'sent' or before.state == wanted then return before.state end
if wanted == 'superseded' and before.state ~= 'pending' then wanted = 'failed' end
put(wanted, before.id, before.attempt, before.at)
if wanted == 'superseded' then redis.call('ZREM', KEYS[2], ARGV[1]) end
return wanted
`
