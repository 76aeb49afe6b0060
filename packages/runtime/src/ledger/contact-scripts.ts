/*
 * KEYS  1 contacts of the member: hash, field → `state|interventionId|attempt|at|purpose|channel|priority`, the last three
 *         missing where an earlier release wrote it
 *       2 times of the member's contacts with one audience: sorted set, field by time
 * ARGV  1 field (term|playbook|step) · 2 interventionId · 3 time · 4 retention in ms · 5 priority, '' = gives way to all and
 *       displaces none · 6 traits `|purpose|channel|priority`
 *       7 1 = caps count it, 0 = they do not
 *       8.. caps as (contacts, withinMs, purpose, channel, `|playbook|step`), '' = any
 *
 * Times are whole milliseconds below 2^53, written with %.0f: Lua would print them rounded.
 */
const SHARED = `
local function parsed(stored)
  if not stored then return nil end
  local state, id, attempt, at, traits = string.match(stored, '^(%a+)|([^|]*)|(%d+)|(%d+)(.*)$')
  local purpose, channel, priority = string.match(traits, '^|([^|]*)|([^|]*)|(%d*)$')
  return { state = state, id = id, attempt = tonumber(attempt), at = at, traits = traits,
    purpose = purpose, channel = channel, priority = tonumber(priority or '') }
end
local function known() return parsed(redis.call('HGET', KEYS[1], ARGV[1])) end
local function isFree(contact) return contact.state == 'superseded' or contact.state == 'displaced' end
local function putIn(field, state, id, attempt, at, traits)
  redis.call('HSET', KEYS[1], field, state .. '|' .. id .. '|' .. string.format('%.0f', attempt) .. '|' .. at .. traits)
end
local function put(state, id, attempt, at, traits) putIn(ARGV[1], state, id, attempt, at, traits) end
local function keep()
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end

-- Of what is not known it counts under every cap.
local function counts(cap, field, contact)
  if cap.suffix ~= '' and string.sub(field, -#cap.suffix) ~= cap.suffix then return false end
  if cap.purpose ~= '' and contact and contact.purpose and contact.purpose ~= cap.purpose then return false end
  return cap.channel == '' or not contact or not contact.channel or contact.channel == cap.channel
end

-- Contacts near 'at' that the cap counts, by time, but this one and those in 'gone'.
local function near(cap, at, gone)
  local found = redis.call('ZRANGEBYSCORE', KEYS[2],
    string.format('(%.0f', at - cap.within), string.format('(%.0f', at + cap.within), 'WITHSCORES')
  local list = {}
  for i = 1, #found, 2 do
    local field = found[i]
    if field ~= ARGV[1] and not gone[field] then
      local contact = parsed(redis.call('HGET', KEYS[1], field))
      if counts(cap, field, contact) then
        list[#list + 1] = { field = field, at = tonumber(found[i + 1]), contact = contact }
      end
    end
  end
  return list
end

-- The contacts of the first window that one more at 'at' would make too full; nil when there is none.
local function fullWindow(cap, list, at)
  local all, placed = {}, false
  for _, one in ipairs(list) do
    if not placed and one.at > at then
      all[#all + 1] = { at = at }
      placed = true
    end
    all[#all + 1] = one
  end
  if not placed then all[#all + 1] = { at = at } end
  for i = 1, #all - cap.contacts do
    if all[i + cap.contacts].at - all[i].at < cap.within then
      local window = {}
      for j = i, i + cap.contacts do window[#window + 1] = all[j] end
      return window
    end
  end
  return nil
end

-- The one to give way: waiting, of lower priority; of several the lowest, then the latest.
local function weakest(window, priority)
  local found = nil
  for _, one in ipairs(window) do
    local contact = one.contact
    if contact and contact.state == 'pending' and contact.priority and contact.priority < priority then
      if not found or contact.priority <= found.contact.priority then found = one end
    end
  end
  return found
end

-- Makes room under the caps for one more contact at 'at', displacing what has to give way. Answers false when there is none.
local function makeRoom(at)
  local priority = tonumber(ARGV[5]) or -1
  local gone, displaced = {}, {}
  for n = 8, #ARGV, 5 do
    local cap = { contacts = tonumber(ARGV[n]), within = tonumber(ARGV[n + 1]),
      purpose = ARGV[n + 2], channel = ARGV[n + 3], suffix = ARGV[n + 4] }
    local window = fullWindow(cap, near(cap, at, gone), at)
    while window do
      local victim = weakest(window, priority)
      if not victim then return false end
      gone[victim.field] = true
      displaced[#displaced + 1] = victim
      window = fullWindow(cap, near(cap, at, gone), at)
    end
  end
  for _, victim in ipairs(displaced) do
    local contact = victim.contact
    putIn(victim.field, 'displaced', contact.id, contact.attempt, contact.at, contact.traits)
    redis.call('ZREM', KEYS[2], victim.field)
  end
  return true
end
`

/** Answers `reserved|<attempt>`, `mine|<attempt>`, `taken` or `capped`. */
export const RESERVE_SCRIPT = `${SHARED}
local before = known()
if before and not isFree(before) then
  if before.id ~= ARGV[2] then return 'taken' end
  return 'mine|' .. string.format('%.0f', before.attempt)
end
if not makeRoom(tonumber(ARGV[3])) then return 'capped' end
local attempt = before and before.attempt + 1 or 0
put('pending', ARGV[2], attempt, ARGV[3], ARGV[6])
if ARGV[7] == '1' then redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
keep()
return 'reserved|' .. string.format('%.0f', attempt)
`

/** Answers `begun`, `sent`, `gone` or `capped`. A failed contact may be begun again: an operator retried its job. */
export const BEGIN_SCRIPT = `${SHARED}
local before = known()
if not before or before.id ~= ARGV[2] or isFree(before) then return 'gone' end
if before.state == 'sent' then return 'sent' end
if not makeRoom(tonumber(ARGV[3])) then return 'capped' end
put('sending', ARGV[2], before.attempt, ARGV[3], before.traits)
if ARGV[7] == '1' then redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
keep()
return 'begun'
`

/** ARGV 3 is the state wished for. Answers the state it has now, or `gone`. */
export const SETTLE_SCRIPT = `${SHARED}
local before = known()
if not before or before.id ~= ARGV[2] then return 'gone' end
local wanted = ARGV[3]
if before.state == 'sent' or before.state == 'displaced' or before.state == wanted then return before.state end
if wanted == 'superseded' and before.state ~= 'pending' then wanted = 'failed' end
put(wanted, before.id, before.attempt, before.at, before.traits)
if wanted == 'superseded' then redis.call('ZREM', KEYS[2], ARGV[1]) end
return wanted
`
