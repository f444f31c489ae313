import { createServer, type Server } from 'node:net'
import { lineTaker } from '../../src/programs/listeners.ts'

/** A server that hands its connections to a line protocol as a listener of Postern does. */
export const lineServer = (...given: Parameters<typeof lineTaker>): Server =>
  createServer({ noDelay: true }, lineTaker(...given).take)
