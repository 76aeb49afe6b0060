import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** A Ctrl-C arrives twice: from the terminal, and from npm, which passes on what it got. Within this time they are one. */
const ONE_SIGNAL_MS = 1000

/** How long what the program left behind may take to end in order. */
const GRACE_MS = 5000

/**
 * Runs a program until it ends and answers its exit code. It gets a process group of its own, so that signals reach it
 * through us alone, once: the first asks it to stop, a second is passed on too (it may then give up its work), a third
 * kills it. When npm, which started us, is gone, the program is stopped as well. Nothing it started stays behind.
 */
export async function runInForeground(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', detached: true, env: options.env ?? process.env })
  let stops = 0
  let lastAt = 0
  const stop = (signal) => {
    if (Date.now() - lastAt < ONE_SIGNAL_MS) return
    lastAt = Date.now()
    stops += 1
    if (stops > 2) killGroup(child.pid, 'SIGKILL')
    else child.kill(options.stopSignal ?? signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, stop)
  const watch = watchNpm(() => stop('SIGTERM'))
  const { code, signal, error } = await ended(child)
  clearInterval(watch)
  await endGroup(child.pid)
  for (const name of signals) process.off(name, stop)
  if (error !== undefined) throw new Error(`${command} cannot be run: ${error.message}`)
  return { code: code ?? 128 + constants.signals[signal], stopped: stops > 0 }
}

function ended(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, error }))
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}

/** Only npm is watched: whoever runs us from a shell may well leave that shell. */
function watchNpm(gone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  const npm = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(watch)
    gone()
  }, 500)
  return watch
}

async function endGroup(pid) {
  const deadline = Date.now() + GRACE_MS
  let signal = 'SIGTERM'
  while (killGroup(pid, signal)) {
    // Signal 0 only looks whether somebody is left.
    signal = Date.now() > deadline ? 'SIGKILL' : 0
    await sleep(50)
  }
}

/** False when nobody is left. */
function killGroup(pid, signal) {
  if (pid === undefined) return false
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}
