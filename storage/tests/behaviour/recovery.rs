//! What an open finds after the files were left in some state.
