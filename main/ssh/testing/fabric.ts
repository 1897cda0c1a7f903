import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host, HostInput } from '#contract/hosts.ts';
import type { Question } from '#contract/questions.ts';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createQuestions, type Questions } from '#main/questions/index.ts';
import { createSsh, type Fabric, sshMigrations, type SshOptions } from '../index.ts';
import { hostOn } from './host.ts';
import type { Sshd } from './sshd.ts';

/** A fabric with a home of its own. */
export interface TestFabric {
  fabric: Fabric;
  questions: Questions;
  home: string;
  secrets: Map<string, string>;
  /** What was asked so far. */
  asked: Question[];
  /** Answers what comes; without it everything stays open. */
  answer: (question: Question) => Record<string, string> | 'refuse' | undefined;
  /** Adds a host on an sshd, its key taken unseen unless said otherwise. */
  host: (name: string, sshd: Sshd, more?: Partial<HostInput>) => Host;
}

const opened: { fabric: Fabric; home: string }[] = [];

/** Closes all; for `afterEach`. */
export async function closeFabrics(): Promise<void> {
  for (const { fabric, home } of opened.splice(0)) {
    await fabric.close();
    rmSync(home, { recursive: true, force: true });
  }
}

export function testFabric(options: Partial<SshOptions> = {}): TestFabric {
  const home = mkdtempSync(join(tmpdir(), 'nexus-ssh-'));
  const db = openDatabase(join(home, 'nexus.db'));
  migrate(db, [sshMigrations]);
  const secrets = new Map<string, string>();
  const asked: Question[] = [];
  const questions = createQuestions({
    clock: systemClock,
    onAsked(question) {
      asked.push(question);
      const answer = made.answer(question);
      if (answer === 'refuse') questions.refuse(question.id);
      else if (answer) questions.answer(question.id, answer);
    },
  });
  const fabric = createSsh({
    db,
    home,
    clock: systemClock,
    log: silentLogger,
    questions,
    knownHosts: [],
    secrets: {
      value(name) {
        const value = secrets.get(name);
        if (value === undefined) throw new Error(`no secret ${name}`);
        return value;
      },
    },
    ...options,
  });
  opened.push({ fabric, home });
  const made: TestFabric = {
    fabric,
    questions,
    home,
    secrets,
    asked,
    answer: () => undefined,
    host: (name, sshd, more = {}) => fabric.hosts.add(hostOn(sshd, name, more)),
  };
  return made;
}
