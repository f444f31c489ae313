import { runCli } from './cli/cli.ts'

const code = await runCli(process.argv.slice(2), process.env, process)
// Output that is still on its way to a pipe goes out; nothing else may keep the process.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => stream.write('', () => done()))),
)
process.exit(code)
