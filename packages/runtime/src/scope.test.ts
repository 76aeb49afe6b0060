import { expect, test } from 'vitest'
import { createScope } from './scope.ts'

test('releases in reverse order, and tells of the end before', async () => {
  const { scope, release } = createScope()
  const order: string[] = []
  scope.signal.addEventListener('abort', () => order.push('told'))
  expect(scope.adopt('a', (held) => void order.push(held))).toBe('a')
  scope.adopt('b', async (held) => void order.push(held))
  await release()
  expect(order).toEqual(['told', 'b', 'a'])
})

test('tries every release, whatever the others throw', async () => {
  const { scope, release } = createScope()
  const order: string[] = []
  scope.adopt('a', (held) => void order.push(held))
  scope.adopt('b', () => {
    throw new Error('b is stuck')
  })
  await expect(release()).rejects.toThrow('b is stuck')
  expect(order).toEqual(['a'])
})

test('what is adopted too late is released at once', async () => {
  const { scope, release } = createScope()
  await release()
  const order: string[] = []
  expect(() => scope.adopt('late', (held) => void order.push(held))).toThrow('ended')
  expect(order).toEqual(['late'])
})
