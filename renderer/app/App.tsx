import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { makeQueryClient } from '#renderer/client/queryClient.ts';
import { TooltipProvider } from '#renderer/ui/Tooltip.tsx';
import { router } from './router.ts';

const queryClient = makeQueryClient();

/** The whole window. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider delayDuration={350}>
        <RouterProvider router={router} />
      </TooltipProvider>
    </QueryClientProvider>
  );
}
