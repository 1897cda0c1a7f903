declare module 'ssh2/lib/protocol/SFTP.js';
