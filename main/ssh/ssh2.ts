import ssh2 from 'ssh2';

// CommonJS whose names Node cannot see: everything else imports them from here.
export const { Client, utils, createAgent, BaseAgent } = ssh2;
