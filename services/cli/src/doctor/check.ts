import { Fault, messageOf } from '@perennial/runtime'

/** What was found about one thing. `remedy`: what to do, for everything that is not in order. */
export type Check = Readonly<{ name: string; status: 'ok' | 'warn' | 'fail'; detail: string; remedy?: string }>

export function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail }
}

export function warn(name: string, detail: string, remedy: string): Check {
  return { name, status: 'warn', detail, remedy }
}

export function fail(name: string, detail: string, remedy: string): Check {
  return { name, status: 'fail', detail, remedy }
}

/** What a thrown error says about the thing: our own say what to do in their message. */
export function failed(name: string, error: unknown, remedy: string): Check {
  const detail = messageOf(error).replaceAll(/\n\s*/g, ' ')
  return error instanceof Fault ? { name, status: 'fail', detail } : fail(name, detail, remedy)
}
