import type { CliCommand } from '../options.ts'

export const serve: CliCommand = {
  name: 'serve',
  usage: ['[--data DIR] [--config FILE] [--port-base N|auto] [--host H] [--profile P] [--ready-file F]'],
  synopsis: 'starts everything in one process',
  options: [
    ['--data DIR', 'the data directory (./postern-data); created if it is missing'],
    ['--config FILE', 'settings in YAML (DIR/postern.yaml)'],
    ['--port-base N|auto', 'added to every standard port (10000); 0 for production, auto for free ports'],
    ['--host H', 'the address or name to listen on (127.0.0.1)'],
    ['--profile P', 'standards or exchange-online'],
    [
      '--ready-file F',
      'a second file for the ready object, in addition to DIR/server.json; missing directories are created',
    ],
  ],
  async run(invocation) {
    // The server is loaded for this command only: other commands start several times as fast without it.
    const { serve: run } = await import('../../serve.ts')
    return run(invocation)
  },
}
