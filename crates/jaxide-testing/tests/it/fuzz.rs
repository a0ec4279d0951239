//! Each fuzz target holds on some bytes.

use jaxide_testing::fuzz::TARGETS;
use proptest::{collection::vec, prelude::*};

use crate::cases;

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn targets_hold_on_random_bytes(bytes in vec(any::<u8>(), 0..120)) {
        for (_, target) in TARGETS {
            target(&bytes);
        }
    }
}
