import type { Kafka } from 'kafkajs'
import type { AssignmentDeps } from '../log/assignment.ts'

/** What a consumer session needs of the log it belongs to. */
export type SessionDeps = AssignmentDeps &
  Readonly<{
    /** A client of its own: the consumers of one client share a cache of committed positions. */
    newClient(): Kafka
    /** The cluster's name of a topic, and back. */
    toWire(topic: string): string
    fromWire(topic: string): string
    /** Milliseconds that only ever go forward. */
    now(): number
  }>
