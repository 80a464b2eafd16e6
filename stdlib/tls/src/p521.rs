//! Key exchange by the curve P-521, which AWS-LC has and rustls leaves out.

use aws_lc_rs::agreement::{ECDH_P521, PrivateKey, PublicKey, UnparsedPublicKey, agree};
use rustls::crypto::{ActiveKeyExchange, SharedSecret, SupportedKxGroup};
use rustls::{Error, NamedGroup, PeerMisbehaved};

/// The group, for the list of a provider.
pub(crate) static GROUP: &dyn SupportedKxGroup = &P521;

/// The first byte of a point that is written out in full.
const UNCOMPRESSED: u8 = 4;

#[derive(Debug)]
struct P521;

struct Exchange {
    own: PrivateKey,
    public: PublicKey,
}

impl SupportedKxGroup for P521 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let failed = |_| Error::FailedToGetRandomBytes;
        let own = PrivateKey::generate(&ECDH_P521).map_err(failed)?;
        let public = own.compute_public_key().map_err(failed)?;
        Ok(Box::new(Exchange { own, public }))
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

impl ActiveKeyExchange for Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let invalid = Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare);
        if peer.first() != Some(&UNCOMPRESSED) {
            return Err(invalid);
        }
        // The point is looked at before it is used.
        let peer = UnparsedPublicKey::new(&ECDH_P521, peer);
        agree(&self.own, peer, invalid, |secret| Ok(SharedSecret::from(secret)))
    }

    fn pub_key(&self) -> &[u8] {
        self.public.as_ref()
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}
