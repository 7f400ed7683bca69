/** The oclif flags, from the option table: one row is one flag, one variable and one config key. */
import { Flags, type Interfaces } from '@oclif/core';
import type { RunOption } from '../config/keys/key.ts';
import { isMap, RUN_OPTIONS } from '../config/keys/table.ts';
import { FORMATTERS } from '../report/formatters/table.ts';

/** Sets no defaults: a flag that was not passed must not override the environment or the config file. */
export function optionFlags(
  options: readonly RunOption[] = RUN_OPTIONS,
): Record<string, Interfaces.Flag<unknown>> {
  return Object.fromEntries(options.map((option) => [option.flag, flagOf(option)]));
}

function flagOf(option: RunOption): Interfaces.Flag<unknown> {
  const common = {
    summary: summaryOf(option),
    helpGroup: option.group,
    ...(option.char === undefined ? {} : { char: option.char as Interfaces.AlphabetLowercase }),
  };
  if (option.kind === 'boolean') {
    return Flags.boolean({ ...common, allowNo: option.negatable === true }) as Interfaces.Flag<unknown>;
  }
  const value = { ...common, ...(option.helpValue === undefined ? {} : { helpValue: option.helpValue }) };
  const repeatable = option.kind === 'list' || isMap(option);
  return (
    repeatable ? Flags.string({ ...value, multiple: true, multipleNonGreedy: true }) : Flags.string(value)
  ) as Interfaces.Flag<unknown>;
}

function summaryOf(option: RunOption): string {
  const notes = [
    ...(option.default === undefined || option.kind === 'boolean'
      ? []
      : [`default: ${[option.default].flat().join(', ')}`]),
    ...option.env.filter((name) => !name.startsWith('PROD_E2E_')).map((name) => `env: ${name}`),
  ];
  const summary = option.flag === 'reporter' ? reporterSummary(option.summary) : option.summary;
  return notes.length === 0 ? summary : `${summary} [${notes.join(', ')}]`;
}

/** The summary with the names of all reporters added. */
export function reporterSummary(summary: string): string {
  return `${summary.replace(/\.$/, '')}: ${Object.keys(FORMATTERS).join(', ')}.`;
}
