import { expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import { Lanes } from './lanes.ts'

test('work on one lane is done in order, on others side by side', async () => {
  const lanes = new Lanes()
  const order: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = lanes.run(['a'], async () => {
    await gate.promise
    order.push('a1')
  })
  const second = lanes.run(['a', 'b'], async () => void order.push('a2 b1'))
  const other = lanes.run(['c'], async () => void order.push('c1'))
  await other
  expect(order).toEqual(['c1'])
  gate.resolve()
  await Promise.all([first, second])
  expect(order).toEqual(['c1', 'a1', 'a2 b1'])
})

test('a failure fails what waits behind it, and nothing after that', async () => {
  const lanes = new Lanes()
  const failing = lanes.run(['a'], async () => {
    throw new Error('refused')
  })
  const behind = lanes.run(['a'], async () => undefined)
  await expect(failing).rejects.toThrow('refused')
  await expect(behind).rejects.toSatisfy((error) => isFault(error, 'log/append-behind-failure'))
  await expect(lanes.run(['a'], async () => undefined)).resolves.toBeUndefined()
})
