"""Keys that are none of P-256, for whoever has to refuse them."""

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tests.scanning import new_key, private_pem, public_pem

NO_KEYS = {
    "nothing": "",
    "a word": "key",
    "RSA": public_pem(rsa.generate_private_key(65537, 2048)),
    "another curve": public_pem(ec.generate_private_key(ec.SECP384R1())),
    "Ed25519": public_pem(ed25519.Ed25519PrivateKey.generate()),
    "a cut one": public_pem(new_key())[:80],
    "not ASCII": public_pem(new_key()).replace("PUBLIC KEY", "PUBLIC KÉY"),
}
PRIVATE = private_pem(new_key()).decode()
