//! The kernel dialect of jaxide: loop nests with index maps, and the passes that form them.
