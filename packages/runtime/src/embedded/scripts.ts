/**
 * Appends records to partitions, all or none. KEYS[1]: this writer's hash; then stream and next-offset key of each
 * partition. ARGV: lane, number of this append on its lane, wake channel, then for each partition its name and its
 * count of records, followed by the records. The lane remembers the last append, so one that is sent again (the
 * answer was lost with the connection) is recognised: appends of one lane never overlap.
 */
export const APPEND = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 0 end
local arg = 4
local woken = {}
for k = 2, #KEYS, 2 do
  local next = tonumber(redis.call('GET', KEYS[k + 1]) or '0')
  local count = tonumber(ARGV[arg + 1])
  woken[#woken + 1] = ARGV[arg]
  for i = 1, count do
    redis.call('XADD', KEYS[k], string.format('%d-1', next), 'r', ARGV[arg + 1 + i])
    next = next + 1
  end
  redis.call('SET', KEYS[k + 1], string.format('%d', next))
  arg = arg + 2 + count
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], 3600)
redis.call('PUBLISH', ARGV[3], table.concat(woken, ','))
return 1
`

/**
 * Oldest and next offset of partitions. KEYS: stream and next-offset key of each. Answers both for each; the
 * records themselves, up to a megabyte each, stay in Redis.
 */
export const EDGES = `
local edges = {}
for k = 1, #KEYS, 2 do
  local next = redis.call('GET', KEYS[k + 1]) or '0'
  local first = redis.call('XRANGE', KEYS[k], '-', '+', 'COUNT', 1)[1]
  edges[#edges + 1] = first and string.match(first[1], '^%d+') or next
  edges[#edges + 1] = next
end
return edges
`

/**
 * One turn of a member of a group: renews its lease, works out its share, takes what is free of it.
 * KEYS: members, topics, owners. ARGV: member, lease in ms, join (1) or renew (0), wake word, wake channel,
 * its topics as JSON, then topic and partition of all it could own. Answers false when the lease had run out, else
 * what it owns: { keep …, '', give up … }.
 *
 * Partition p of a topic belongs to the member at place (p + a number of the topic) of those who read the topic, by
 * name; every member comes to the same answer from the same list. One that is held by a living member is left to it
 * until it gives it up.
 */
export const TURN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local member, channel = ARGV[1], ARGV[5]
local changed = false

for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('HDEL', KEYS[2], gone)
  changed = true
end
local known = redis.call('ZSCORE', KEYS[1], member)
if not known and ARGV[3] == '0' then return false end
if not known then
  redis.call('HSET', KEYS[2], member, ARGV[6])
  changed = true
end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), member)

local members = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(members)
local readers, living = {}, {}
for _, one in ipairs(members) do
  living[one] = true
  for _, topic in ipairs(cjson.decode(redis.call('HGET', KEYS[2], one) or '[]')) do
    readers[topic] = readers[topic] or {}
    table.insert(readers[topic], one)
  end
end

local answer, surplus = {}, {}
for i = 7, #ARGV, 2 do
  local topic, partition = ARGV[i], ARGV[i + 1]
  local field = topic .. ':' .. partition
  local shift = 0
  for c = 1, #topic do shift = (shift * 31 + string.byte(topic, c)) % 1000003 end
  local list = readers[topic] or { member }
  local wanted = list[(partition + shift) % #list + 1] == member
  local owner = redis.call('HGET', KEYS[3], field)
  if wanted and (not owner or not living[owner]) then
    redis.call('HSET', KEYS[3], field, member)
    owner = member
  end
  if owner == member then
    if wanted then answer[#answer + 1] = field else surplus[#surplus + 1] = field end
  end
end
answer[#answer + 1] = ''
for _, field in ipairs(surplus) do answer[#answer + 1] = field end
if changed then redis.call('PUBLISH', channel, ARGV[4]) end
return answer
`

/** Gives partitions up. KEYS: owners. ARGV: member, wake word, wake channel, then topic:partition of each. */
export const RELEASE = `
local released = 0
for i = 4, #ARGV do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[1] then
    released = released + redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
if released > 0 then redis.call('PUBLISH', ARGV[3], ARGV[2]) end
return released
`

/** Leaves a group. KEYS: members, topics, owners. ARGV: member, wake word, wake channel, then topic:partition of all. */
export const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
for i = 4, #ARGV do
  if redis.call('HGET', KEYS[3], ARGV[i]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[i]) end
end
redis.call('PUBLISH', ARGV[3], ARGV[2])
return 1
`

/** Commits positions of what is still owned. KEYS: owners, positions. ARGV: member, then topic:partition and offset of each. */
export const COMMIT = `
local stored = 0
for i = 2, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[1] then
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
    stored = stored + 1
  end
end
return stored
`
