import { startServers } from './servers.ts'

// Runs the servers until it is told to stop. Prints one line of shell assignments when they are ready.
const servers = await startServers({ env: process.env, report: (line) => console.error(line) })
// Before anything is said: whoever has read the line may stop it in the same instant.
const stopped = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve())
  process.once('SIGTERM', () => resolve())
})
for (const line of servers.missing) console.error(`not started: ${line}`)
const assignments = Object.entries(servers.addresses).map(([name, value]) => `${name}=${value}`)
console.log(assignments.join(' '))

// A timer keeps the process alive; the servers' own handles are not counted.
const alive = setInterval(() => {}, 60_000)
await stopped
clearInterval(alive)
await servers.stop()
