import { parentPort } from 'node:worker_threads'
import { summarise } from './summarise.ts'

const port = parentPort
if (!port) throw new Error('This file is the start of a worker thread')

port.on('message', (bytes: Uint8Array) => port.postMessage(summarise(bytes)))
