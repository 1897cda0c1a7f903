import { alerts } from './alerts.ts';
import { audit } from './audit.ts';
import { monitor } from './monitor.ts';
import { notifications, platform, settingsOperations, streams, tokens } from './platform.ts';
import { files } from './files.ts';
import { hosts } from './hosts.ts';
import { questions } from './questions.ts';
import { runs } from './runs.ts';
import { schedules } from './schedules.ts';
import { vault } from './vault.ts';
import { terminals } from './terminals.ts';
import { workflows } from './workflows.ts';

/** The table of operations: everything that any face can ask of Nexus. */
export const contract = {
  platform,
  workflows,
  runs,
  schedules,
  monitor,
  alerts,
  audit,
  settings: settingsOperations,
  tokens,
  notifications,
  vault,
  terminals,
  hosts,
  files,
  questions,
  streams,
};
export type Contract = typeof contract;
