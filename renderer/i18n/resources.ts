import deAlerts from './locales/de/alerts.json';
import deApprovals from './locales/de/approvals.json';
import deAudit from './locales/de/audit.json';
import deEditor from './locales/de/editor.json';
import deFrame from './locales/de/frame.json';
import deHome from './locales/de/home.json';
import deHosts from './locales/de/hosts.json';
import deMonitor from './locales/de/monitor.json';
import dePalette from './locales/de/palette.json';
import deQuestions from './locales/de/questions.json';
import deRuns from './locales/de/runs.json';
import deRunview from './locales/de/runview.json';
import deSchedules from './locales/de/schedules.json';
import deSettings from './locales/de/settings.json';
import deTerminals from './locales/de/terminals.json';
import deUi from './locales/de/ui.json';
import deVault from './locales/de/vault.json';
import deWorkflows from './locales/de/workflows.json';
import enAlerts from './locales/en/alerts.json';
import enApprovals from './locales/en/approvals.json';
import enAudit from './locales/en/audit.json';
import enEditor from './locales/en/editor.json';
import enFrame from './locales/en/frame.json';
import enHome from './locales/en/home.json';
import enHosts from './locales/en/hosts.json';
import enMonitor from './locales/en/monitor.json';
import enPalette from './locales/en/palette.json';
import enQuestions from './locales/en/questions.json';
import enRuns from './locales/en/runs.json';
import enRunview from './locales/en/runview.json';
import enSchedules from './locales/en/schedules.json';
import enSettings from './locales/en/settings.json';
import enTerminals from './locales/en/terminals.json';
import enUi from './locales/en/ui.json';
import enVault from './locales/en/vault.json';
import enWorkflows from './locales/en/workflows.json';

/** English is the measure: keys are typed after it, and a test holds the others to the same keys. */
export const en = {
  alerts: enAlerts,
  approvals: enApprovals,
  audit: enAudit,
  editor: enEditor,
  frame: enFrame,
  home: enHome,
  hosts: enHosts,
  monitor: enMonitor,
  palette: enPalette,
  questions: enQuestions,
  runs: enRuns,
  runview: enRunview,
  schedules: enSchedules,
  settings: enSettings,
  terminals: enTerminals,
  ui: enUi,
  vault: enVault,
  workflows: enWorkflows,
};

export const de = {
  alerts: deAlerts,
  approvals: deApprovals,
  audit: deAudit,
  editor: deEditor,
  frame: deFrame,
  home: deHome,
  hosts: deHosts,
  monitor: deMonitor,
  palette: dePalette,
  questions: deQuestions,
  runs: deRuns,
  runview: deRunview,
  schedules: deSchedules,
  settings: deSettings,
  terminals: deTerminals,
  ui: deUi,
  vault: deVault,
  workflows: deWorkflows,
};

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui';
    resources: typeof en;
  }
}
