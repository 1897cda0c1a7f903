import { alerts } from './alerts.ts';
import { audit } from './audit.ts';
import { monitor } from './monitor.ts';
import { notifications, platform, settingsOperations, streams, tokens } from './platform.ts';
import { files } from './files.ts';
import { hostCommands } from './hostCommands.ts';
import { hostFiles } from './hostFiles.ts';
import { hostForwards } from './hostForwards.ts';
import { hosts } from './hosts.ts';
import { hostShells } from './hostShells.ts';
import { questions } from './questions.ts';
import { runReports } from './runReports.ts';
import { runs } from './runs.ts';
import { runWaits } from './runWaits.ts';
import { schedules } from './schedules.ts';
import { vault } from './vault.ts';
import { vaultSecrets } from './vaultSecrets.ts';
import { terminals } from './terminals.ts';
import { workflows } from './workflows.ts';

/** The table of operations: everything that any face can ask of Nexus. */
export const contract = {
  platform,
  workflows,
  runs: { ...runs, ...runWaits, ...runReports },
  schedules,
  monitor,
  alerts,
  audit,
  settings: settingsOperations,
  tokens,
  notifications,
  vault: { ...vault, ...vaultSecrets },
  terminals,
  hosts: { ...hosts, ...hostCommands, ...hostFiles, ...hostForwards, ...hostShells },
  files,
  questions,
  streams,
};
export type Contract = typeof contract;
