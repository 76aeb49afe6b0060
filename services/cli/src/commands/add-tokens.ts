import { TOKEN_SCOPES, type TokenScope } from '@perennial/runtime'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Act, commandOf, examples, instantOption } from './act.ts'
import { createToken, listTokens, revokeToken } from './tokens.ts'

/** Commands for whoever lets programs use the API. */
export function addTokens(program: Command, act: Act): void {
  const command = commandOf(program, 'token', 'list who may use the API')
    .addHelpText('after', examples('perennial token', 'perennial token create website --scope facts:write'))
    .action(act((context, life) => listTokens(context, life)))

  commandOf(command, 'create <name>', 'make a token for a program or a role')
    .description(
      'Prints the token, once: only its hash is kept. It goes into Authorization: Bearer TOKEN, or is the user name of basic authentication.',
    )
    .addOption(
      new Option('--scope <scope>', `what it is good for; may be repeated (${TOKEN_SCOPES.join(', ')}, or all)`)
        .argParser(scopeOption)
        .makeOptionMandatory(),
    )
    .option('--expires <date>', 'until when', instantOption)
    .addHelpText(
      'after',
      examples(
        'perennial token create website --scope facts:write',
        'perennial token create prometheus --scope metrics:read',
        'perennial token create dpo --scope erasures:write --scope members:read --expires 2027-12-31',
      ),
    )
    .action(
      act((context, life, { args, options }) =>
        createToken(context, life, {
          name: args[0] ?? '',
          scopes: options['scope'] as readonly TokenScope[],
          ...(options['expires'] === undefined ? {} : { expiresAt: Number(options['expires']) }),
        }),
      ),
    )

  commandOf(command, 'revoke <id>', 'make a token worthless, from the next request on')
    .addHelpText('after', examples('perennial token revoke 1f0c9a6b2e4d'))
    .action(act((context, life, { args }) => revokeToken(context, life, args[0] ?? '')))
}

function scopeOption(text: string, before: readonly TokenScope[] = []): readonly TokenScope[] {
  if (text === 'all') return TOKEN_SCOPES
  const scope = TOKEN_SCOPES.find((one) => one === text)
  if (scope === undefined) throw new InvalidArgumentError(`There are ${TOKEN_SCOPES.join(', ')}, and all.`)
  return [...new Set([...before, scope])]
}
