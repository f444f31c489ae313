import { createServer, type Server } from 'node:net'
import { lineHandler } from '../../src/programs/line-handler.ts'

/** A server that hands its connections to a line protocol as a listener of Postern does. */
export const lineServer = (...given: Parameters<typeof lineHandler>): Server =>
  createServer({ noDelay: true }, lineHandler(...given).take)
