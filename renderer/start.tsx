import './styles/app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { connect } from './client/api.ts';
import { startTranslation } from './i18n/index.ts';
import { followTheme } from './stores/applyTheme.ts';

followTheme();
connect();
await startTranslation();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
