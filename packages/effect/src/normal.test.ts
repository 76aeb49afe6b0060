import { expect, test } from 'vitest'
import { normalProbability, normalQuantile } from './normal.ts'

test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [1.96, 0.9750021048517795],
  [-3, 0.0013498980316300933],
  [6, 0.9999999990134123],
  [-9, 0],
  [9, 1],
])('a standard normal is lower than %f with probability %f', (z, p) => {
  expect(normalProbability(z)).toBeCloseTo(p, 14)
})

test.each([
  [0.5, 0],
  [0.8, 0.8416212335729143],
  [0.975, 1.959963984540054],
  [0.001, -3.090232306167813],
])('and with probability %f lower than %f', (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 12)
})
