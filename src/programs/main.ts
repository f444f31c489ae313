import { runCli } from './cli/cli.ts'
import { serve } from './serve.ts'

const [command, ...rest] = process.argv.slice(2)
const asksForHelp = rest.includes('--help') || rest.includes('-h')

const code =
  command === 'serve' && !asksForHelp
    ? await serve(rest, process.env)
    : await runCli(process.argv.slice(2), process.env, process)
// Output that is still on its way to a pipe goes out; nothing else may keep the process.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => stream.write('', () => done()))),
)
process.exit(code)
