import { useParams } from '@tanstack/react-router';

/** Placeholder route target; its own part replaces this file. */
export function EditorPage() {
  const params = useParams({ strict: false });
  return <h1 className="p-6 text-xl font-semibold">{String(Object.values(params)[0])}</h1>;
}
