import { create } from 'zustand';
import type { Place } from '../document/commands.ts';

/** Where the next step from the quick list goes, and where it was asked for on the canvas. */
export interface AddRequest {
  place: Place;
  position?: [number, number];
}

interface CanvasState {
  hoverEdge: string | undefined;
  /** The quick list is open for this. */
  adding: AddRequest | undefined;
  searching: boolean;
  /** The note that is to be written in, as its node's id. */
  writing: string | undefined;
}

/** What is open on the canvas; nothing of it belongs to the document. */
export const useCanvas = create<CanvasState>(() => ({
  hoverEdge: undefined,
  adding: undefined,
  searching: false,
  writing: undefined,
}));

/** Opens the list of kinds, for a step at that place. */
export function askForStep(adding: AddRequest): void {
  useCanvas.setState({ adding });
}
