import { runCli } from './cli/cli.ts'

const code = await runCli(process.argv.slice(2), process.env, process)
// Waits for output that a pipe has not taken yet, and for nothing else.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => stream.write('', () => done()))),
)
process.exit(code)
