import CryptoCore
import SealedSecretFormat

/// A key that everybody knows.
final class Known: Sendable {
  let certificate: RSAOAEP.PublicKey
  let keys: UnsealingKeys

  static let shared = Known()

  private init?() {
    let key = Array(Self.keyText.utf8)
    let text = Array(Self.certificateText.utf8)
    var keys = UnsealingKeys()
    guard let certificate = try? SealingCertificate.read(text.span),
      (try? keys.read(key.span, name: "known")) != nil
    else { return nil }
    self.certificate = certificate.key
    self.keys = keys
  }

  private static let keyText = """
    -----BEGIN PRIVATE KEY-----
    MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQCwNMOEnewEE/HG
    oamdymKLIjSkdeCAD7xdBmodg2WI9Vba4sPMo625mojiObiEYCeNUcJ0sXvIiChI
    q4PSTtDkYBxisEtNzcDLOnsFxYY9m+slQeYDVQpOpBNxGkTq4grbI8M75Pwnw5Jc
    GsH7Y5wC2LLTfTx9JsW+5oVjFmfObZY1YJced/+XhqcaGtIMgB6z0UyGB0iiCG6b
    mJ4yDh9Y7Y8SvwrN032v2XnTvnmdA5wark/hcZEKliMXW+ElFa4PUsSHWgYTJ2EW
    56mIylo1IWcLgB4rYX7OaM5Tjq+SxP0a2NWJwmpVlgFtiFaZT6M3zZfRr4gZ3VUO
    9vCAlUc7AgMBAAECggEAV34jlS6LGi1DEKOGIszy6G4YII9NZZkqqTA9saDkYkCc
    G3ycx3iAkxf6HwaVKdnK2d9+hE36jkSZaBgOEPfEvplAjvpFsgDX2bGUk3WUZfQN
    KwdRLFdmEk1jP/ZQwSZzSIO19gAJ+r6f5m784hQAS+OIy/2z8tq1Nsik8+IUskkh
    71Ru92QBdZ5Pwab/KErFwUvFW8IbaH4Lxia1jm6p1IbNxsXcB+X/cYSMaQSox0RS
    wFCyOJpN7m+4gY43/4H6NvuPaBRIfcA/MZqdje4DFVul5nA3xzFug/7SLxLXEvWr
    o1EF/ErryoglqMccAfEFqYiMRAo6GO2FOauDjhs8kQKBgQDV2O5jQ2oL6EqOKTGR
    auXwGH0xqPcrpxaeYqLXIF0CU4cOFc8zmM15ge3Qi7JsoeITBjiPsxZHjI/i7qka
    uq1g1w8GPGRjnI4PP/waHl/l4+8heQRaqGlohXugvzBU8USHe4xzB4PJ3GGM/717
    iTqLdZRJDiC840pNlGh+lvd78QKBgQDS8GVEX6KdC60iNmOwq0dyG6MZVk24qjwW
    Hj+LL3FRnBPdJdz9Pc+CCpswBlim77UeMgw2Wt8BgSh93VX4Fdi3ssL0ntCj3ABH
    I0gQykHqjq+d24jLIqM0qtXBxtGUOtNH+5BUIizQycsuw6tHnhJJlkkjLUDW/x2o
    exLh0GOR6wKBgQCW3+yhAAkryYIAdrPQIxmDoeOCS/HHTKW6rWCyYtT8NS5OE7kS
    cDZYCgFdZ5JE7pnwTi1NxU5swJErzLJmd1qnvlONVMKHPQdFXyFg1BlYus4WUalu
    xO9JnROyP/G7nFV7OQHIjn6+xsvUjQKEzDcP+a7bNCqI2dusjI6E8cI+IQKBgQDA
    W6C9fUjZVfCIpni6fzckA7f0PxOZNwScVvEziAwak+45WXHxLhCxUeK7JM5rTWUp
    KBKi7rM2uAWo4dKn7aQ3wLiwQrOY+eL2/GGXjhoWQBA+MBjKxcd3G+LaVuh/+DT8
    C5hOYOvlal/zQVRMdwXOPVJs1bOvW+472iAZ9OMYCQKBgQDDaUP6XKl4jJ1fK3WF
    OaxjGWbwmn/olP9BkaZIE+FqThqnhfcnnnM/LPgds00HhvBSqCNdJM32KDEIvDVC
    pUQ6liavT2sfpvFKGH2cMM1wW40u4EsbiC7mT8yQ4NZs/Pr5UB0IpYTrTgvpdM55
    HDqBZq7GZq4tk3DWabuh0kEPpw==
    -----END PRIVATE KEY-----
    """

  private static let certificateText = """
    -----BEGIN CERTIFICATE-----
    MIIDATCCAemgAwIBAgIUFcHVejVYp5MgsYRACjxyD9fJUu8wDQYJKoZIhvcNAQEL
    BQAwDzENMAsGA1UEAwwEZnV6ejAgFw0yNjExMjYwNzI1MjhaGA8yMTI2MTEwMjA3
    MjUyOFowDzENMAsGA1UEAwwEZnV6ejCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC
    AQoCggEBALA0w4Sd7AQT8cahqZ3KYosiNKR14IAPvF0Gah2DZYj1Vtriw8yjrbma
    iOI5uIRgJ41RwnSxe8iIKEirg9JO0ORgHGKwS03NwMs6ewXFhj2b6yVB5gNVCk6k
    E3EaROriCtsjwzvk/CfDklwawftjnALYstN9PH0mxb7mhWMWZ85tljVglx53/5eG
    pxoa0gyAHrPRTIYHSKIIbpuYnjIOH1jtjxK/Cs3Tfa/ZedO+eZ0DnBquT+FxkQqW
    Ixdb4SUVrg9SxIdaBhMnYRbnqYjKWjUhZwuAHithfs5ozlOOr5LE/RrY1YnCalWW
    AW2IVplPozfNl9GviBndVQ728ICVRzsCAwEAAaNTMFEwHQYDVR0OBBYEFOINb5NB
    LQZ7B38SzDOz0cNpFsgnMB8GA1UdIwQYMBaAFOINb5NBLQZ7B38SzDOz0cNpFsgn
    MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAIIjt20rsmegrMoB
    tdjOjCAAVu9Yo4has541mV//Z/WlTD6SOyVkwkpkSHaUNd3bnFl7V1ZZCaFO/T2u
    fQ2RjdyUNMnh738RuhgKcO75uHPhEdWvzNJWANJWKeYAGy6OcsyNMYduxmTN0sq8
    FBAeGAxIqA0a8kmw5jSKrAj9tqtpK5eaxHpdD9dD1j7Qm6OD2rlQg1pHs64O9KKa
    ZaU8sXZJEaMl+jPb2N9JqLueDgcCNlZOP/g/vh414Zumm7FmwWhIh5jbI8ZbMoES
    4OCZRjmsqPvQ2qYZ9NEwwvlJDZPkCCPD/Clr/93gOvc46492lt1ZeTH7s3k2e5zg
    dlnmVoA=
    -----END CERTIFICATE-----
    """
}
