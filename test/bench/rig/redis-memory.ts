import type { Platform } from '@perennial/runtime'

/** Bytes Redis holds for the deployment, without what an empty Redis holds. */
export async function redisBytes({ redis }: Platform): Promise<number> {
  const info = await redis('command').info('memory')
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN)
  return read('used_memory') - read('used_memory_startup')
}
